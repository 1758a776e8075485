namespace Sessions.Tests.Support;

internal static class Expect
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits until it is so, and fails when it does not become so.</summary>
    public static async Task Soon(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Fails with the whole list of what was found, one a line.</summary>
    public static void None(IEnumerable<string> found)
    {
        var lines = found.ToArray();
        Assert.True(lines is [], string.Join(Environment.NewLine, lines.Prepend($"{lines.Length} found:")));
    }
}
