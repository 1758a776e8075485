using Sessions.Configuration;
using Sessions.Storage;

namespace Sessions.Hosting;

/// <summary>Failures at start that their message explains, so that a stack trace would only hide it.</summary>
public static class StartFailure
{
    /// <summary>Whether the message alone tells what to do.</summary>
    public static bool Explains(Exception failure) =>
        failure is SettingsException or StoreStartException;

    /// <summary>Prints the message to standard error, and gives the process its exit code.</summary>
    public static int Report(Exception failure)
    {
        Console.Error.WriteLine($"Sessions did not start. {failure.Message}");
        return 1;
    }
}
