namespace EtcdHa.Tests.Console;

/// <summary>A script in a folder of its own, gone afterwards.</summary>
internal sealed class ScriptFile : IDisposable
{
    internal ScriptFile(string text)
    {
        Folder = Directory.CreateTempSubdirectory("etcdha-console-").FullName;
        Path = System.IO.Path.Combine(Folder, "script.ps1");
        File.WriteAllText(Path, text);
    }

    internal string Folder { get; }

    internal string Path { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
