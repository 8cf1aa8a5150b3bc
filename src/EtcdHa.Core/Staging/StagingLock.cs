namespace EtcdHa.Core.Staging;

/// <summary>
/// The lock of a staging folder: a file that one process holds open. The system gives it back when the process ends, however it ends, so
/// it never has to expire. Who holds it stands in the folder's journal.
/// </summary>
public sealed class StagingLock : IDisposable
{
    /// <summary>The file in the staging folder.</summary>
    public const string FileName = "run.lock";

    private readonly FileStream _file;

    private StagingLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="stagingPath">The staging folder, absolute; it is made when it is not there.</param>
    /// <returns>The lock; null when another process holds it.</returns>
    /// <exception cref="EtcdStagingException">The file system does not allow it.</exception>
    public static StagingLock? TryTake(string stagingPath)
    {
        try
        {
            return new StagingLock(new StagingFiles(stagingPath).Open(Path.Combine(stagingPath, FileName), FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Takes away a folder that was made for the lock alone, when it holds nothing else.</summary>
    /// <param name="stagingPath">The staging folder; nobody holds its lock.</param>
    public static void Remove(string stagingPath)
    {
        try
        {
            File.Delete(Path.Combine(stagingPath, FileName));
            Directory.Delete(stagingPath);
        }
        catch (IOException)
        {
            // Somebody else uses it by now.
        }
    }

    /// <summary>Gives it back.</summary>
    public void Dispose() => _file.Dispose();
}
