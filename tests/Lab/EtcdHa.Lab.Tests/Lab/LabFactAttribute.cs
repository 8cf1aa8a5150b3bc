using System.Runtime.CompilerServices;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>A test that needs the lab's hosts; skipped where there is no lab.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LabFactAttribute : FactAttribute
{
    public LabFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = LabEnvironment.WhySkipped;
        SkipType = typeof(LabEnvironment);
        SkipUnless = nameof(LabEnvironment.IsUp);
    }
}

/// <summary>A table of tests that need the lab's hosts.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = LabEnvironment.WhySkipped;
        SkipType = typeof(LabEnvironment);
        SkipUnless = nameof(LabEnvironment.IsUp);
    }
}
