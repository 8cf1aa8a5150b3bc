using System.Reflection;
using System.Runtime.CompilerServices;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>PowerShell takes <c>$list[0]</c> for the whole list, without an error, where the list's class hides its indexer.</summary>
public sealed class ListTests
{
    [Fact]
    public void A_member_is_reached_by_its_index()
    {
        using var session = new PowerShellSession();
        Assert.Equal("b", session.Invoke("""
            $topology = 'a', 'b', 'c' | ForEach-Object { $i = 6 } { New-EtcdMember $_ "10.0.0.$i"; $i++ } | New-EtcdTopology
            $topology.Members[1].Name
            """).RequireNoErrors().Text());
    }

    [Fact]
    public void Every_list_of_the_model_can_be_indexed()
    {
        PropertyInfo[] lists =
        [
            .. typeof(EtcdTopology).Assembly.GetExportedTypes().Where(type => !type.IsAbstract)
                .SelectMany(type => type.GetProperties())
                .Where(p => p.CanWrite && p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)),
        ];
        Assert.NotEmpty(lists);
        Assert.All(lists, property =>
        {
            object record = RuntimeHelpers.GetUninitializedObject(property.ReflectedType!);
            MethodInfo make = typeof(ListTests).GetMethod(nameof(OfCompiler), BindingFlags.NonPublic | BindingFlags.Static)!;
            property.SetValue(record, make.MakeGenericMethod(property.PropertyType.GenericTypeArguments).Invoke(null, null));
            Type made = property.GetValue(record)!.GetType();
            Assert.True(made.IsArray || made.GetProperty("Item") is not null, $"{property.ReflectedType!.Name}.{property.Name}: {made}");
        });
    }

    // Two items: for none and for one the compiler makes other classes.
    private static IReadOnlyList<T> OfCompiler<T>() => [default!, default!];
}
