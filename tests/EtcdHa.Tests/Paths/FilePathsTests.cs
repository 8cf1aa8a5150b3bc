using System.Management.Automation;
using EtcdHa.Errors;
using EtcdHa.Paths;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Paths;

/// <summary>Writes what the helper makes of a path.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "TestPath")]
public sealed class ResolveTestPathCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public string Path { get; set; } = "";

    [Parameter]
    public SwitchParameter Literal { get; set; }

    [Parameter]
    public SwitchParameter New { get; set; }

    protected override void ProcessRecord()
    {
        try
        {
            WriteObject(New ? FilePaths.New(this, Path) : FilePaths.Existing(this, Path, Literal), enumerateCollection: true);
        }
        catch (EtcdHaException e)
        {
            WriteError(ErrorRecords.From(e, Path));
        }
    }
}

public sealed class FilePathsTests : IDisposable
{
    private readonly PowerShellSession _session = new(import: false, typeof(ResolveTestPathCommand));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcdha-paths-");

    public FilePathsTests()
    {
        foreach (string file in new[] { "a.yaml", "b.yaml", "odd[1].yaml" })
        {
            File.WriteAllText(Path.Combine(_folder.FullName, file), "");
        }

        _session.Runspace.SessionStateProxy.Path.SetLocation(_folder.FullName);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("a.yaml", "a.yaml")]
    [InlineData("./?.yaml", "a.yaml b.yaml")]
    [InlineData("odd[1].yaml -Literal", "odd[1].yaml")]
    [InlineData("new/staging/ -New", "new/staging")]
    [InlineData("odd[2] -New", "odd[2]")]
    public void A_relative_path_starts_at_the_sessions_location(string arguments, string expected) => Assert.Equal(
        expected.Split(' ').Select(name => Path.Combine(_folder.FullName, name)),
        _session.Invoke("Resolve-TestPath " + arguments).RequireNoErrors().As<string>());

    [Theory]
    [InlineData("c.yaml", "PathNotFound")]
    [InlineData("c*.yaml", "PathNotFound")]
    [InlineData("c.yaml -Literal", "PathNotFound")]
    [InlineData("variable:x -New", "PathNotFileSystem")]
    [InlineData("env:PATH", "PathNotFileSystem")]
    [InlineData("nodrive:/x", "PathNotFileSystem")]
    [InlineData("nodrive:/x -New", "PathNotFileSystem")]
    public void What_is_no_file_is_refused(string arguments, string id) =>
        Assert.StartsWith(id + ",", Assert.Single(_session.Invoke("Resolve-TestPath " + arguments).Errors).FullyQualifiedErrorId);
}
