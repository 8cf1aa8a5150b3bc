using System.Reflection;
using System.Runtime.CompilerServices;
using EtcdHa.Core.Reporting;

namespace EtcdHa.Core.Tests.Reporting;

/// <summary>A report in which every property is set, every list has an item, and every text is the same one.</summary>
internal static class FilledReport
{
    public static ClusterReport With(string text) => (ClusterReport)Value(typeof(ClusterReport), text);

    private static object Value(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? text
            : type == typeof(DateTimeOffset) ? SampleReport.Now
            : type.IsGenericType ? List(type.GenericTypeArguments[0], text)
            : type.IsValueType ? Activator.CreateInstance(type)!
            : Record(type, text);
    }

    private static Array List(Type item, string text)
    {
        var list = Array.CreateInstance(item, 1);
        list.SetValue(Value(item, text), 0);
        return list;
    }

    private static object Record(Type type, string text)
    {
        object record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo property in type.GetProperties())
        {
            // A property without a setter is one that is always the same.
            object value = property.SetMethod is null ? property.GetValue(SampleReport.Right())! : Value(property.PropertyType, text);
            type.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(record, value);
        }

        return record;
    }
}
