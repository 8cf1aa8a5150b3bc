using System.Text;
using EtcdHa.HelpBuilder;

if (args is not [string root, string comments])
{
    Console.Error.WriteLine("usage: EtcdHa.HelpBuilder <repository> <folder of EtcdHa.xml and EtcdHa.Model.xml>");
    return 2;
}

foreach ((string file, string text) in HelpFiles.Generate(root, comments))
{
    string path = Path.Combine(root, "en-US", file);

    // Only a change is written: a build that changes no help leaves the working tree alone.
    if (!File.Exists(path) || File.ReadAllText(path) != text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}

return 0;
