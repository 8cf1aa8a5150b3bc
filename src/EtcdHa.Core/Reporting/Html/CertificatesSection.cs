using static EtcdHa.Core.Reporting.Html.Elements;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>The certificates on the hosts.</summary>
internal static class CertificatesSection
{
    private static readonly string[] Heads = ["Certificate", "Subject and names", "Serial number", "Valid from", "Valid until"];

    public static Markup Write(ClusterReport report)
    {
        if (report.Certificates.Count == 0)
        {
            return Section("certificates", "Certificates", Note("None was seen."));
        }

        // One CA on every host is one row; several are as many, and that is the finding of a page's reader.
        var authorities = report.Certificates.Where(IsAuthority).GroupBy(c => c.Sha256).ToList();
        Markup shared = Group(Heads.Length, Text("CA"), authorities.Select(g => Certificate(g.First(), "on " + string.Join(", ", g.Select(c => c.Member)), report)));
        return Section(
            "certificates",
            "Certificates",
            Note("As they lie on the hosts. Fingerprints are in the JSON form."),
            Table(
                "certificates",
                Heads,
                [
                    shared,
                    .. report.Certificates.Where(c => !IsAuthority(c)).GroupBy(c => c.Member)
                        .Select(g => Group(Heads.Length, Text(g.Key), g.Select(c => Certificate(c, "", report)))),
                ]));
    }

    private static Markup Certificate(ReportCertificate certificate, string where, ClusterReport report)
    {
        int days = ReportSummarizer.DaysLeft(certificate, report.Origin);
        Markup left = days < 0 ? State(Tone.Bad, "over")
            : days < ReportSummarizer.FewDays ? State(Tone.Doubtful, "in " + ReportText.Counted(days, "day"))
            : Small("in " + ReportText.Counted(days, "day"));
        return Row(
            Lines(Code(certificate.Name), Small(where)),
            Lines(Text(certificate.Subject), Small(string.Join(", ", certificate.SubjectAlternativeNames)), Small($"{certificate.KeyAlgorithm}, issued by {certificate.Issuer}")),
            Code(certificate.SerialNumber),
            Text(ReportText.Day(certificate.NotBefore)),
            Lines(Text(ReportText.Day(certificate.NotAfter)), left));
    }

    private static bool IsAuthority(ReportCertificate certificate) => certificate.Name == Pki.KubeadmCertificates.AuthorityName;
}
