using System.Management.Automation;
using EtcdHa.Errors;

namespace EtcdHa.Tests.Errors;

public class ErrorRecordsTests
{
    private const string AnyId = "PathNotFound";

    public static TheoryData<EtcdHaException, ErrorCategory> Categories { get; } = new()
    {
        { new EtcdTopologyException(AnyId, "x"), ErrorCategory.InvalidArgument },
        { new EtcdCertificateException(AnyId, "x"), ErrorCategory.InvalidData },
        { new EtcdStagingException("PathNotFound", "x"), ErrorCategory.ObjectNotFound },
        { new EtcdStagingException("PathNotFileSystem", "x"), ErrorCategory.InvalidData },
        { new EtcdSshException(AnyId, "x"), ErrorCategory.ConnectionError },
        { new EtcdSshConfigException(AnyId, "x"), ErrorCategory.InvalidArgument },
        { new EtcdSshHostKeyException(AnyId, "x"), ErrorCategory.SecurityError },
        { new EtcdSshAuthenticationException(AnyId, "x"), ErrorCategory.AuthenticationError },
        { new EtcdSudoException(AnyId, "x"), ErrorCategory.PermissionDenied },
        { new EtcdHostException(AnyId, "x"), ErrorCategory.InvalidResult },
        { new EtcdTimeoutException(AnyId, "x"), ErrorCategory.OperationTimeout },
        { new EtcdLockException("HostStepRuns", "h"), ErrorCategory.ResourceBusy },
        { new EtcdClusterException(AnyId, "x"), ErrorCategory.InvalidResult },
        { new EtcdPlanException("EtcdPlanDrifted", "x"), ErrorCategory.InvalidOperation },
        { new EtcdPlanException("EtcdPlanFileInvalid", "x", "y"), ErrorCategory.InvalidData },
    };

    [Theory]
    [MemberData(nameof(Categories))]
    public void The_class_of_an_exception_gives_the_category(EtcdHaException exception, ErrorCategory category) =>
        Assert.Equal(category, ErrorRecords.From(exception, null).CategoryInfo.Category);

    [Fact]
    public void Every_exception_of_the_model_has_a_category()
    {
        IEnumerable<Type> types = typeof(EtcdHaException).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(EtcdHaException)) && !t.IsAbstract);
        Assert.Equal(
            types.Select(t => t.Name).Order(StringComparer.Ordinal),
            Categories.Select(row => row.Data.Item1.GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Id_message_and_action_come_from_the_exception_and_its_subject_is_the_target()
    {
        ErrorRecord record = ErrorRecords.From(new EtcdStagingException("PathNotFound", "/a") { Subject = "/a" }, "other");
        Assert.Equal("PathNotFound", record.FullyQualifiedErrorId);
        Assert.Equal("/a", record.TargetObject);
        Assert.Equal("There is no file or folder '/a'.", record.ErrorDetails.Message);
        Assert.StartsWith("Check the path", record.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void The_host_is_named_once()
    {
        Assert.Equal("infra0: There is no file or folder '/a'.", ErrorRecords.From(new EtcdStagingException("PathNotFound", "/a"), null, "infra0").ErrorDetails.Message);
        Assert.Equal("There is no file or folder 'infra0'.", ErrorRecords.From(new EtcdStagingException("PathNotFound", "infra0"), null, "infra0").ErrorDetails.Message);
    }

    [Fact]
    public void Another_exception_is_unexpected_and_names_its_type()
    {
        ErrorRecord record = ErrorRecords.From(new AggregateException(new FormatException("odd")), "target");
        Assert.Equal("UnexpectedError", record.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.NotSpecified, record.CategoryInfo.Category);
        Assert.Equal("target", record.TargetObject);
        Assert.Contains("System.FormatException", record.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void A_cancellation_is_thrown_on_and_never_becomes_a_record()
    {
        Assert.Throws<TaskCanceledException>(() => ErrorRecords.From(new TaskCanceledException(), null));
        Assert.Throws<PipelineStoppedException>(() => ErrorRecords.From(new PipelineStoppedException(), null));
    }
}
