using System.Text.Json;

namespace EtcdHa.Core.Tests.Reporting;

/// <summary>As much of JSON Schema as the report's schema uses.</summary>
internal static class JsonForm
{
    public static IEnumerable<string> Faults(JsonElement root, JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return Faults(root, root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]), value, at);
        }

        if (schema.TryGetProperty("anyOf", out JsonElement alternatives))
        {
            List<string>[] faults = [.. alternatives.EnumerateArray().Select(a => Faults(root, a, value, at).ToList())];
            return faults.Any(f => f.Count == 0) ? [] : faults.MaxBy(f => f.Count)!;
        }

        if (schema.TryGetProperty("const", out JsonElement constant))
        {
            return constant.GetString() == value.GetString() ? [] : [$"{at}: {value} is not {constant}"];
        }

        if (schema.TryGetProperty("enum", out JsonElement values))
        {
            return values.EnumerateArray().Any(v => v.GetString() == value.GetString()) ? [] : [$"{at}: {value} is none of {values}"];
        }

        string[] types = schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
            ? [.. several.EnumerateArray().Select(t => t.GetString()!)]
            : [schema.GetProperty("type").GetString()!];
        string type = TypeOf(value, types);
        return !types.Contains(type) ? [$"{at}: {type} is not {string.Join(" or ", types)}"]
            : type == "object" ? OfObject(root, schema, value, at)
            : type == "array" ? value.EnumerateArray().SelectMany((item, i) => Faults(root, schema.GetProperty("items"), item, $"{at}[{i}]"))
            : [];
    }

    private static IEnumerable<string> OfObject(JsonElement root, JsonElement schema, JsonElement value, string at)
    {
        JsonElement properties = schema.GetProperty("properties");
        foreach (JsonElement name in schema.GetProperty("required").EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
        {
            yield return $"{at}: {name} is missing";
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (!properties.TryGetProperty(property.Name, out JsonElement form))
            {
                yield return $"{at}: {property.Name} is unknown";
                continue;
            }

            foreach (string fault in Faults(root, form, property.Value, $"{at}.{property.Name}"))
            {
                yield return fault;
            }
        }
    }

    private static string TypeOf(JsonElement value, string[] wanted) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => wanted.Contains("integer") && !value.GetRawText().Contains('.', StringComparison.Ordinal) ? "integer" : "number",
    };
}
