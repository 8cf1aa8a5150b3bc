using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Ssh;
using EtcdHa.Core.Tests.Topology;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>What a host answers may be anything: readers give a value or the typed error, whatever comes, and a frame is never mistaken.</summary>
public sealed class HostAnswerFuzzTests
{
    private const string Marker = "EtcdHa0123456789";

    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(1500).WithEndSize(60).WithReplay(20261126, 7);

    // What hosts really say, cut into pieces, and what they never should.
    private static readonly Gen<string> Piece = Gen.Elements(
        "user", "path", "unit", "file", "directory", "absent", "other", "|", "|", "|", "\n", "\n", "\r\n", "root:root", "600", "888", "7777777777777777", "-1",
        "18446744073709551615", "1764154000", "kubelet", "v1.33.13", "socket", "containerd", "/run/containerd/containerd.sock", "containerd-config", "[plugins", "]",
        "disabled_plugins = [", "SystemdCgroup = true", "crt", "pub", "found", "unreadable", "TUlJ", "=", "loaded", "active", "running", "enabled", "\x1f", "\0", "\u001b[31m",
        "lock", "run", "beat", "expiry", "now", "busy", "earlier", "journal", "step", "done", "stopped", "end", "since", "pid", "data", "member", "wal", "empty", "changes",
        "E1126 10:00:00.000000       1 server.go:1] failed", "\uFFFD", "\uD800", "é", " ", "'", "\"", "$(reboot)", "begun|");

    private static readonly Gen<string> Text = Piece.ListOf().Select(pieces => string.Concat(pieces));

    private static readonly Gen<byte[]> Bytes = Gen.Frequency(
        (3, Gen.Elements($"{Marker} begin\n", $"\n{Marker} end 0\n", $"{Marker} end ", $"\n{Marker} end 99999999999999999999\n", $"\n{Marker} end -1\n", Marker, "\n", "0", "x", "\0")
            .ListOf().Select(pieces => Encoding.ASCII.GetBytes(string.Concat(pieces)))),
        (1, ArbMap.Default.GeneratorFor<byte[]>()));

    [Fact]
    public void A_frame_around_anything_gives_it_back_whole() => Prop.ForAll(Bytes.ToArbitrary(), Bytes.ToArbitrary(), (noise, content) =>
    {
        // Neither noise nor content holds a marker that nobody but the frame knows.
        byte[] own = Encoding.ASCII.GetBytes("EtcdHaFEDCBA");
        byte[] stream = [.. noise, .. own, .. " begin\n"u8, .. content, .. "\n"u8, .. own, .. " end 7\n"u8, .. noise];

        int? code = RemoteShellProtocol.Decode(stream, "EtcdHaFEDCBA", out ReadOnlySpan<byte> read);

        return code == 7 && read.SequenceEqual(content);
    }).Check(Seeded);

    [Fact]
    public void Any_stream_is_read_or_refused_and_what_is_read_is_part_of_it() => Prop.ForAll(Bytes.ToArbitrary(), stream =>
    {
        int? code = RemoteShellProtocol.Decode(stream, Marker, out ReadOnlySpan<byte> read);
        return read.Length <= stream.Length && code is null or >= 0;
    }).Check(Seeded);

    [Fact]
    public void A_shell_gives_output_or_the_typed_error_whatever_comes_on_both_streams() =>
        Prop.ForAll(Bytes.ToArbitrary(), Bytes.ToArbitrary(), Gen.Elements<int?>(null, 0, 1, 121, 123, 127, 255).ToArbitrary(), (output, error, status) =>
        {
            FakeSshTransport transport = new((_, _) => Task.FromResult(new SshExecResult(status, null, output, error)));
            RemoteShell shell = new(transport, "infra0", markerSource: () => Marker);
            return TypedOnly(() => shell.RunAsync(new RemoteScript("try", "true") { AsRoot = true }, CancellationToken.None).GetAwaiter().GetResult());
        }).Check(Seeded);

    [Fact]
    public void Readers_of_what_scripts_print_throw_the_typed_error_only()
    {
        string[] names = ["etcd/ca.crt", "etcd/ca.key"];
        Prop.ForAll(Text.ToArbitrary(), text =>
            TypedOnly(() => HostLook.Read("infra0", text, ["/etc/a"], ["kubelet.service"]))
            && TypedOnly(() => HostLook.Read("infra0", "user|u|g|/h\n" + text, [], []))
            && TypedOnly(() => HostLook.ReadUnitLine("infra0", text))
            && TypedOnly(() => MemberFilesInspection.Read("infra0", text, names))
            && TypedOnly(() => DataDirectoryLook.Read("infra0", text, Samples.Page()))
            && TypedOnly(() => RuntimeFacts.Read(text))
            && TypedOnly(() => KubeletJournal.Excerpt(text))
            && TypedOnly(() => RunJournalReader.ReadAll("infra0", text))
            && TypedOnly(() => RunJournalReader.Earlier("infra0", text))
            && TypedOnly(() => RunText.Refusal(new RemoteOutput("infra0", "try", 90, Encoding.UTF8.GetBytes(text), default)))
            && TypedOnly(() => KubeletRelease.Read(text))).Check(Seeded);
    }

    [Fact]
    public void Lines_of_the_right_form_with_any_numbers_are_read()
    {
        Gen<string> number = Gen.Elements("0", "644", "999", "888", "18446744073709551615", "9223372036854775807", "99999999999", "", "-1", "x");
        Prop.ForAll(number.ToArbitrary(), number.ToArbitrary(), number.ToArbitrary(), (a, b, c) =>
            TypedOnly(() => HostLook.Read(
                "infra0", $"user|u|g|/h\npath|file|root:root|{a}|{b}|x\nunit|loaded|active|running|enabled|{c}|\x1fkubelet\x1f", ["/etc/a"], ["kubelet.service"]))
            && TypedOnly(() => RunJournalReader.ReadAll("infra0", $"now|{a}|{b}\nlock|run|1\nlock|pid|{c}\nlock|beat|{b}\nlock|expiry|{c}\nlock|since|{a}\njournal|run|2\njournal|step|{a}|x\njournal|done|{b}|{c}\njournal|end|{c}"))).Check(Seeded);
    }

    [Fact]
    public void What_sudo_and_programs_say_becomes_a_short_clean_line() => Prop.ForAll(Text.ToArbitrary(), text =>
    {
        byte[] said = Encoding.UTF8.GetBytes(text + "sudo: " + text);
        string line = RemoteText.LastLines(said);
        _ = SudoRefusal.Recognize(said, "infra0", Marker);
        return line.Length is > 0 and <= 801 && !line.Any(char.IsControl);
    }).Check(Seeded);

    [Fact]
    public async Task Fault32_garbage_before_inside_and_behind_an_answer_changes_nothing_of_what_is_read()
    {
        string[] garbage =
        [
            "\n", "\r\n", "\0", "\u001b]0;title\u0007", "begin\n", "end 0\n", Marker, new string('#', 100_000), "Last login: Thu Nov 26\n", "user|evil|evil|/evil\n",
            "path|file|root:root|600|1|x\n", "bash: warning: setlocale: LC_ALL: cannot change locale\n",
        ];
        foreach (string before in garbage)
        {
            foreach (string behind in garbage)
            {
                FakeSshTransport transport = new((command, _) =>
                {
                    SshExecResult answer = FakeSshTransport.Framed(command, 3, "user|u|g|/home/u\n", "said", before);
                    return Task.FromResult(answer with { Output = (byte[])[.. answer.Output.Span, .. Encoding.UTF8.GetBytes(behind)] });
                });
                RemoteOutput read = await new RemoteShell(transport, "infra0").RunAsync(new RemoteScript("look", "true"), TestContext.Current.CancellationToken);
                Assert.Equal((3, "said"), (read.ExitCode, read.ErrorText));
                Assert.Equal("u", HostLook.Read("infra0", read.Text, [], []).User);
            }
        }
    }

    [Fact]
    public void Fault03_an_answer_cut_or_damaged_at_any_byte_is_the_typed_error_or_what_the_host_said()
    {
        string text = "user|ubuntu|ubuntu|/home/ubuntu\npath|file|root:root|600|1764154000|" + new string('a', 64) + "\n";
        int position = 0;
        bool isCut = true;
        FakeSshTransport transport = new((command, _) =>
        {
            SshExecResult answer = FakeSshTransport.Framed(command, 0, text, "");
            byte[] output = answer.Output.ToArray();
            if (isCut)
            {
                return Task.FromResult(answer with { ExitStatus = null, Output = output.AsMemory(0, Math.Min(position, output.Length)) });
            }

            output[position % output.Length] ^= 0x15;
            return Task.FromResult(answer with { Output = output });
        });
        RemoteShell shell = new(transport, "infra0");
        int length = FakeSshTransport.Framed(new FakeCommand("", RemoteShellProtocol.Encode(new RemoteScript("look", "true"), new string('A', 38))), 0, text, "").Output.Length;
        foreach (bool cut in (bool[])[true, false])
        {
            isCut = cut;
            for (position = 0; position < length; position++)
            {
                bool isRead = TypedOnly(() => HostLook.Read(
                    "infra0", shell.RunAsync(new RemoteScript("look", "true"), CancellationToken.None).GetAwaiter().GetResult().Text, ["/etc/a"], []));
                Assert.True(isRead);
            }
        }
    }

    private static bool TypedOnly(Func<object?> read)
    {
        try
        {
            read();
            return true;
        }
        catch (EtcdHaException)
        {
            return true;
        }
    }
}
