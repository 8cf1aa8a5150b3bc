namespace EtcdHa.Core.Kubelet;

/// <summary>Decides what the kubelet of a host is told, from what was asked for and what was found there; refuses what cannot work.</summary>
public static class KubeletChoice
{
    /// <summary>Decides.</summary>
    /// <param name="host">The host, for messages.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="kubeletVersion">What <c>kubelet --version</c> says; null or unreadable: the topology's version stands in.</param>
    /// <param name="topologyVersion">The topology's Kubernetes version.</param>
    /// <param name="found">The container runtimes of the host.</param>
    /// <exception cref="EtcdHostException">
    /// <c>KubeletFlagRemoved</c>, <c>KubeletFieldUnknown</c>: the generation is not this kubelet's. <c>ContainerRuntimeAmbiguous</c>,
    /// <c>ContainerRuntimeEndpointInvalid</c>, <c>ContainerdCriDisabled</c>, <c>DockershimRemoved</c>, <c>CgroupDriverMismatch</c>.
    /// </exception>
    public static KubeletSettings Decide(
        string host, KubeletOptions options, string? kubeletVersion, string topologyVersion, IReadOnlyList<FoundRuntime> found)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(found);
        var warnings = new List<string>();
        KubeletRelease? release = KubeletRelease.Read(kubeletVersion);
        if (release is null)
        {
            warnings.Add($"the kubelet does not tell its version; taken for the topology's, {topologyVersion}.");
            release = KubeletRelease.Read(topologyVersion);
        }

        EtcdKubeletGeneration generation = GenerationOf(host, options, kubeletVersion, release);
        FoundRuntime? runtime = RuntimeFor(host, options.ContainerRuntimeEndpoint, release, found, warnings);
        if (runtime is { ServesCri: false })
        {
            throw new EtcdHostException("ContainerdCriDisabled", host, runtime.Endpoint) { Subject = host };
        }

        return new KubeletSettings(generation, release, DriverOf(host, options, generation, release, runtime, warnings), EndpointOf(options, generation, runtime))
        {
            Runtime = runtime?.Runtime,
            Warnings = warnings,
        };
    }

    /// <summary>The container runtime the kubelet is to use.</summary>
    /// <param name="host">The host, for messages.</param>
    /// <param name="endpoint">The endpoint that was given; null: it is looked for.</param>
    /// <param name="release">The kubelet's minor version; null when it is not known.</param>
    /// <param name="found">The container runtimes of the host.</param>
    /// <param name="warnings">What may surprise is added here.</param>
    /// <returns>The runtime; null when there is none.</returns>
    /// <exception cref="EtcdHostException"><c>ContainerRuntimeAmbiguous</c>, <c>ContainerRuntimeEndpointInvalid</c>, <c>DockershimRemoved</c>.</exception>
    public static FoundRuntime? RuntimeFor(
        string host, string? endpoint, KubeletRelease? release, IReadOnlyList<FoundRuntime> found, ICollection<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(warnings);
        if (endpoint is not null)
        {
            if (!endpoint.StartsWith("unix:///", StringComparison.Ordinal) || endpoint.EndsWith('/') || endpoint.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            {
                throw new EtcdHostException("ContainerRuntimeEndpointInvalid", host, endpoint) { Subject = host };
            }

            FoundRuntime? given = found.FirstOrDefault(r => r.Runtime != EtcdContainerRuntime.Docker && r.IsAt(endpoint));
            if (given is null)
            {
                warnings.Add($"no known container runtime was found at {endpoint}; the kubelet needs one there.");
            }

            return given;
        }

        FoundRuntime[] candidates = Candidates(release, found);
        return candidates switch
        {
            [] => Nothing(host, release, found, warnings),
            [var only] => only,
            _ => throw new EtcdHostException("ContainerRuntimeAmbiguous", host, string.Join(", ", (IEnumerable<FoundRuntime>)candidates)) { Subject = host },
        };
    }

    // Docker brings a containerd of its own. kubeadm took Docker then, up to 1.23; behind cri-dockerd Docker is no runtime of its own.
    private static FoundRuntime[] Candidates(KubeletRelease? release, IReadOnlyList<FoundRuntime> found)
    {
        bool hasDockershim = release < KubeletRelease.WithoutDockershim;
        bool isBehindCri = found.Any(r => r.Runtime == EtcdContainerRuntime.CriDockerd);
        FoundRuntime[] candidates = [.. found.Where(r => r.ServesCri && (r.Runtime != EtcdContainerRuntime.Docker || (hasDockershim && !isBehindCri)))];
        return hasDockershim && found.Any(r => r.Runtime == EtcdContainerRuntime.Docker)
            ? [.. candidates.Where(r => r.Runtime != EtcdContainerRuntime.Containerd)]
            : candidates;
    }

    private static FoundRuntime? Nothing(string host, KubeletRelease? release, IReadOnlyList<FoundRuntime> found, ICollection<string> warnings)
    {
        if (found.Any(r => r.Runtime == EtcdContainerRuntime.Docker))
        {
            throw new EtcdHostException("DockershimRemoved", host, release?.ToString() ?? "") { Subject = host };
        }

        if (found.Count == 0)
        {
            warnings.Add("no container runtime was found; the page's settings are used. Until one runs there, the kubelet cannot start etcd.");
        }

        return found is [var unfit, ..] ? unfit : null;
    }

    private static EtcdKubeletGeneration GenerationOf(string host, KubeletOptions options, string? version, KubeletRelease? release)
    {
        EtcdKubeletGeneration fitting = release?.Generation ?? EtcdKubeletGeneration.ConfigFile;
        (string Flag, KubeletRelease Since)? removed = options.Generation switch
        {
            EtcdKubeletGeneration.Flags113 => ("--allow-privileged", KubeletRelease.WithoutAllowPrivileged),
            EtcdKubeletGeneration.Flags123 => ("--container-runtime", KubeletRelease.WithoutContainerRuntime),
            _ => null,
        };
        if (removed is { } gone && release >= gone.Since)
        {
            throw new EtcdHostException("KubeletFlagRemoved", host, version ?? release.ToString()!, options.Generation, gone.Flag, gone.Since, fitting) { Subject = host };
        }

        if (options.Generation == EtcdKubeletGeneration.ConfigFile && release < KubeletRelease.WithoutContainerRuntime)
        {
            throw new EtcdHostException("KubeletFieldUnknown", host, version ?? release.ToString()!, KubeletRelease.WithoutContainerRuntime, fitting) { Subject = host };
        }

        return options.Generation == EtcdKubeletGeneration.Auto ? fitting : options.Generation;
    }

    private static string? EndpointOf(KubeletOptions options, EtcdKubeletGeneration generation, FoundRuntime? runtime)
    {
        bool namesEndpoint = generation is EtcdKubeletGeneration.Flags123 or EtcdKubeletGeneration.ConfigFile;
        return options.ContainerRuntimeEndpoint
            ?? (runtime is null ? namesEndpoint ? KubeletSettings.PageEndpoint : null
            : runtime.Runtime == EtcdContainerRuntime.Docker ? null
            : runtime.Endpoint);
    }

    private static string DriverOf(
        string host, KubeletOptions options, EtcdKubeletGeneration generation, KubeletRelease? release, FoundRuntime? runtime, List<string> warnings)
    {
        if (options.CgroupDriver is not { } given)
        {
            if (runtime is { CgroupDriver: null })
            {
                warnings.Add($"the cgroup driver of {runtime} could not be told; see {runtime.DriverSetting}, and give -CgroupDriver if it is not {PageDriver(generation)}.");
            }

            return runtime?.CgroupDriver ?? PageDriver(generation);
        }

        if (runtime?.CgroupDriver is { } actual && actual != given)
        {
            if (!(runtime.TellsDriver && release >= KubeletRelease.WithDriverFromRuntime))
            {
                throw new EtcdHostException("CgroupDriverMismatch", host, given, runtime, actual, runtime.DriverSetting) { Subject = host };
            }

            warnings.Add($"the kubelet takes its cgroup driver, {actual}, from {runtime}; {given} has no effect.");
        }

        return given;
    }

    private static string PageDriver(EtcdKubeletGeneration generation)
        => generation == EtcdKubeletGeneration.Flags113 ? "cgroupfs" : KubeletSettings.PageCgroupDriver;
}
