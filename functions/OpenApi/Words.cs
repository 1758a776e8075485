using System.Text.RegularExpressions;

namespace Sessions.OpenApi;

/// <summary>Names of code as words that people read.</summary>
internal static partial class Words
{
    private const string Functions = "Functions";

    /// <summary>What a class's functions are about, such as <c>Phone number</c> of PhoneNumberFunctions.</summary>
    public static string Tag(Type type) => Of(
        type.Name.EndsWith(Functions, StringComparison.Ordinal) ? type.Name[..^Functions.Length] : type.Name);

    /// <summary>The words of a name in PascalCase.</summary>
    public static string Of(string name) => Inner().Replace(name, match => $" {char.ToLowerInvariant(match.Value[0])}");

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Inner();
}
