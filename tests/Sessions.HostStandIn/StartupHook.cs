// The runtime asks for this name, in no namespace: dotnet/runtime, docs/design/features/host-startup-hook.md.
#pragma warning disable CA1050

/// <summary>
/// Runs in the worker's process before the program does. A worker goes on when its host is gone, so this ends it when
/// its input ends: the host's end of that pipe closes with the host's process, however that ends.
/// </summary>
internal static class StartupHook
{
    /// <summary>Watches from now on.</summary>
    public static void Initialize() => new Thread(Watch) { IsBackground = true, Name = "Host watch" }.Start();

    private static void Watch()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        Environment.Exit(0);
    }
}
