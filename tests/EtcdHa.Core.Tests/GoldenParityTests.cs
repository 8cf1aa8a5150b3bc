using System.Globalization;
using System.Text;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Pki;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Tests.Pki;
using EtcdHa.Core.Tests.StaticPods;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests;

/// <summary>The whole comparison with real kubeadm as one table, in the test's output and in <c>parity.txt</c> beside the test program.</summary>
public sealed class GoldenParityTests(ITestOutputHelper output)
{
    private const string Equal = "equal";
    private const string Different = "different";
    private const string Nothing = "–";

    private static readonly string[] CertificateNames = [KubeadmCertificates.AuthorityName, .. KubeadmCertificates.LeafNames];

    private static readonly string[] Columns = ["config", "manifest", .. CertificateNames.Select(n => n.Split('/')[^1]), "images"];

    /// <summary>What a configuration of the page has as extra arguments, and nothing else.</summary>
    private static readonly string[] PageArguments =
    [
        "advertise-client-urls", "initial-advertise-peer-urls", "initial-cluster", "initial-cluster-state", "listen-client-urls", "listen-peer-urls", "name",
    ];

    [Fact]
    public void No_artefact_of_any_golden_case_differs_from_kubeadms()
    {
        List<string[]> rows = [["case", .. Columns]];
        rows.AddRange(GoldenCase.Folders.Select(name => Row(new GoldenCase(name))));
        rows.AddRange(GoldenManifestTests.PublicOnes().Select(p => Public(
            "public/" + p.File, manifest: Cell(() => p.Written.Count > 0 && p.Written.All(w => GoldenManifestTests.AreEqual(p.Expected, w, p.Minor))))));
        rows.AddRange(GoldenCase.Dumps.Select(d => new GoldenCase(d)).Where(g => g.Kubeadm.Minor >= KubernetesReleases.All.Min(r => r.Minor))
            .Select(g => (string[])[g.Name, Nothing, Nothing, .. Certificates(g), Nothing]));

        string table = Table(rows);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "parity.txt"), table);
        output.WriteLine(table);
        Assert.DoesNotContain(rows, row => row.Contains(Different));
        Assert.All(Columns.Select((_, i) => i + 1), column => Assert.Contains(rows, row => row[column] == Equal));
    }

    [Fact]
    public void A_cell_that_differs_or_fails_is_called_different()
    {
        Assert.Equal(Different, Cell(() => false));
        Assert.Equal(Different, Cell(() => throw new InvalidOperationException()));
    }

    private static string[] Row(GoldenCase golden) =>
    [
        golden.Name,
        GoldenCase.WithManifest.Contains(golden.Name) ? Config(golden) : Nothing,
        GoldenCase.WithManifest.Contains(golden.Name)
            ? Cell(() => GoldenManifestTests.AreEqual(golden.Manifest, EtcdPodWriter.Write(EtcdPodSpec.Of(golden.Config(), golden.Kubeadm)), golden.Kubeadm.Minor))
            : Nothing,
        .. GoldenCase.WithCertificates.Contains(golden.Name) ? Certificates(golden) : CertificateNames.Select(_ => Nothing),
        golden.HasImages ? Cell(() => golden.Images.SequenceEqual(GoldenManifestTests.ImagesOf(golden))) : Nothing,
    ];

    private static string[] Public(string file, string manifest) => [file, Nothing, manifest, .. CertificateNames.Select(_ => Nothing), Nothing];

    // The text of a configuration is ours to write only where it is the page's: two documents, its arguments, no other setting.
    private static string Config(GoldenCase golden)
    {
        KubeadmEtcdConfig said = golden.Said();
        bool isPages = said is { NodeName: not null, AdvertiseAddress: not null, KubernetesVersion: not null }
            && said.ExtraArgs.Select(a => a.Name).Order(StringComparer.Ordinal).SequenceEqual(PageArguments)
            && said.ServerCertSans.SequenceEqual([said.AdvertiseAddress])
            && said.PeerCertSans.SequenceEqual([said.AdvertiseAddress]);
        return !isPages ? Nothing : Cell(() =>
        {
            EtcdTopology topology = KubeadmConfigImport.Read([new(golden.Name, golden.ConfigText)], null).Topology;
            return KubeadmConfigWriter.Write(topology, topology.Members.Single(m => m.Name == said.NodeName)) == golden.ConfigText;
        });
    }

    private static string[] Certificates(GoldenCase golden)
    {
        try
        {
            return [.. GoldenCertificateTests.Outlines(golden).Select(o => o.Theirs == o.Ours ? Equal : Different)];
        }
        catch (Exception e) when (e is EtcdHaException or InvalidOperationException)
        {
            return [.. CertificateNames.Select(_ => Different)];
        }
    }

    private static string Cell(Func<bool> isEqual)
    {
        try
        {
            return isEqual() ? Equal : Different;
        }
        catch (Exception e) when (e is EtcdHaException or InvalidOperationException or ArgumentException)
        {
            return Different;
        }
    }

    private static string Table(List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(r => r[i].Length))];
        var text = new StringBuilder("Equal to kubeadm's: every byte of texts, of certificates every byte that is not random; manifests before 1.22 as documents.\n");
        foreach (string[] row in rows)
        {
            text.Append(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()).Append('\n');
        }

        int equal = rows.Sum(r => r.Count(c => c == Equal));
        return text.Append(CultureInfo.InvariantCulture, $"{equal} equal, {rows.Sum(r => r.Count(c => c == Different))} different\n").ToString();
    }
}
