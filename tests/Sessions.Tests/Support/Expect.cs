namespace Sessions.Tests.Support;

internal static class Expect
{
    /// <summary>Fails with the whole list of what was found, one a line.</summary>
    public static void None(IEnumerable<string> found)
    {
        var lines = found.ToArray();
        Assert.True(lines is [], string.Join(Environment.NewLine, lines.Prepend($"{lines.Length} found:")));
    }
}
