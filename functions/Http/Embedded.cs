using System.Reflection;

namespace Sessions.Http;

/// <summary>Texts that are built into the program.</summary>
internal static class Embedded
{
    /// <summary>The text of a name, which must be there.</summary>
    public static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
