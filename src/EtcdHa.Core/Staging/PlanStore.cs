using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Staging;

/// <summary>Plan files on the workstation.</summary>
public static class PlanStore
{
    /// <summary>Reads a plan file.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <exception cref="EtcdPlanException"><c>EtcdPlanFileInvalid</c>: it cannot be read, or is no plan.</exception>
    public static EtcdPlan Load(string path)
    {
        try
        {
            return PlanDocument.Read(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdPlanException(e, "EtcdPlanFileInvalid", path, e.Message) { Subject = path };
        }
    }

    /// <summary>Writes a plan file, whole or not at all.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="path">The file, absolute.</param>
    /// <param name="replace">True: a file that differs is replaced.</param>
    /// <exception cref="EtcdPlanException"><c>EtcdPlanFileExists</c>, <c>EtcdPlanFileUnwritable</c>.</exception>
    public static void Save(EtcdPlan plan, string path, bool replace)
    {
        string text = PlanDocument.Write(plan);
        try
        {
            if (!replace && File.Exists(path) && File.ReadAllText(path) != text)
            {
                throw new EtcdPlanException("EtcdPlanFileExists", path) { Subject = path };
            }

            TopologyStore.WriteWhole(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EtcdStagingException)
        {
            throw new EtcdPlanException(e, "EtcdPlanFileUnwritable", path, e.Message) { Subject = path };
        }
    }
}
