using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sessions.OpenApi;

/// <summary>
/// The comments of the code, from the XML file that the compiler writes beside the assembly. What stands in the code
/// is what the descriptions say.
/// </summary>
internal sealed partial class CodeComments
{
    private const string Source = "Source:";
    private readonly Dictionary<string, XElement> _members;

    private CodeComments(Dictionary<string, XElement> members) => _members = members;

    /// <summary>The comments of an assembly; none when the file is not there.</summary>
    public static CodeComments Of(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        return new(File.Exists(file)
            ? XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value)
            : []);
    }

    /// <summary>What a class or record is.</summary>
    public string? Summary(Type type) => Text(Find($"T:{NameOf(type)}")?.Element("summary"));

    /// <summary>What a value of an enum means.</summary>
    public string? Summary(Enum value) =>
        Text(Find($"F:{NameOf(value.GetType())}.{value}")?.Element("summary"));

    /// <summary>What a function does.</summary>
    public string? Summary(MethodInfo function)
    {
        var takes = string.Join(',', function.GetParameters().Select(parameter => parameter.ParameterType.FullName));
        return Text(Find($"M:{NameOf(function.DeclaringType!)}.{function.Name}({takes})")?.Element("summary"));
    }

    /// <summary>What a member of a record means: by its own comment, or as a parameter of the record.</summary>
    public string? Summary(PropertyInfo property)
    {
        var type = NameOf(property.DeclaringType!);
        var parameter = Find($"T:{type}")?.Elements("param")
            .FirstOrDefault(param => param.Attribute("name")?.Value == property.Name);
        return Text(Find($"P:{type}.{property.Name}")?.Element("summary")) ?? Text(parameter);
    }

    private XElement? Find(string name) =>
        _members.GetValueOrDefault(name) is not { } member ? null
        : member.Element("inheritdoc")?.Attribute("cref")?.Value is { } other ? Find(other)
        : member;

    private static string NameOf(Type type)
    {
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return open.FullName!.Replace('+', '.');
    }

    // Where a contract comes from is for those who read the code.
    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var text = Space().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();
        var source = text.IndexOf(Source, StringComparison.Ordinal);
        return source < 0 ? text : text[..source].TrimEnd() is { Length: > 0 } rest ? rest : null;
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Value: { Length: > 0 } value } => value,
        XElement other => (other.Attribute("cref") ?? other.Attribute("name"))?.Value.Split('.', ':')[^1] ?? "",
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
