using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// The script that tells the kubelet's version and the container runtimes of a host, for <see cref="RuntimeFacts"/>. It changes
/// nothing. Of configuration files only the lines about cgroups and plugins leave the host: containerd's may hold passwords
/// of registries.
/// </summary>
internal static class KubeletLook
{
    // The program the drop-in starts. A runtime that hangs is as good as one that does not tell.
    public const string Script = """
        answer() { command -v "$1" >/dev/null 2>&1 || return 1; if command -v timeout >/dev/null 2>&1; then timeout 8 "$@" 2>/dev/null; else "$@" 2>/dev/null; fi; }
        lines() { sed "s/^/$1|/"; }
        socket() {
            runtime=$1; shift
            for path; do
                if [ -S "$path" ]; then printf 'socket|%s|%s\n' "$runtime" "$path"; return 0; fi
            done
            return 1
        }
        containerd_lines() {
            sed -n '/^[[:space:]]*\[/p
                /^[[:space:]]*disabled_plugins[[:space:]]*=/{
                    :more
                    /\]/!{
                        $!{
                            N
                            b more
                        }
                    }
                    p
                    d
                }
                /SystemdCgroup/p
                /^[[:space:]]*systemd_cgroup[[:space:]]*=/p
                /^[[:space:]]*default_runtime_name[[:space:]]*=/p' | lines containerd-config
        }
        containerd_facts() {
            answer containerd --version | lines containerd-version || :
            dump=$(answer containerd config dump) || dump=
            if [ -n "$dump" ]; then printf '%s\n' "$dump" | containerd_lines
            elif [ -r /etc/containerd/config.toml ]; then echo 'containerd-config|'; containerd_lines < /etc/containerd/config.toml
            fi
        }
        crio_facts() {
            status=$(answer crio status config | grep '^[[:space:]]*cgroup_manager[[:space:]]*=') || status=
            if [ -n "$status" ]; then printf '%s\n' "$status"
            else
                for file in /etc/crio/crio.conf /etc/crio/crio.conf.d/*; do
                    if [ -f "$file" ]; then grep '^[[:space:]]*cgroup_manager[[:space:]]*=' "$file" || :; fi
                done
            fi | lines crio-config
        }
        docker_facts() {
            driver=$(answer docker info --format '{{.CgroupDriver}}') || driver=
            if [ -z "$driver" ] && [ -r /etc/docker/daemon.json ]; then
                driver=$(sed -n 's/.*native\.cgroupdriver=\([a-z]*\).*/\1/p' /etc/docker/daemon.json)
            fi
            printf '%s\n' "$driver" | lines docker-driver
        }
        if [ -x /usr/bin/kubelet ]; then printf 'kubelet|%s\n' "$(/usr/bin/kubelet --version 2>/dev/null | cut -d' ' -f2)"; fi
        if socket containerd /var/run/containerd/containerd.sock /run/containerd/containerd.sock; then containerd_facts; fi
        if socket crio /var/run/crio/crio.sock /run/crio/crio.sock; then crio_facts; fi
        docker=
        if socket cri-dockerd /var/run/cri-dockerd.sock /run/cri-dockerd.sock; then docker=yes; fi
        if socket docker /var/run/docker.sock /run/docker.sock; then docker=yes; fi
        if [ -n "$docker" ]; then docker_facts; fi

        """;
}
