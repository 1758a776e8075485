namespace Sessions.Hosting.Local;

/// <summary>Notices when the Functions host starts this build, which cannot talk to it.</summary>
internal static class WrongHost
{
    private static readonly string[] _hostArguments =
        ["--functions-uri", "--functions-worker-id", "--host", "--workerId"];

    /// <summary>What to tell the person who did it.</summary>
    public const string Message = """
        This is the local build of Sessions, which the Azure Functions host cannot run. Make the cloud build:
          dotnet publish functions                               to deploy
          dotnet run --project functions -p:IsolatedWorker=true  to run it here under the Functions host
        To run the local build on its own, start it without FUNCTIONS_WORKER_RUNTIME in the environment.
        """;

    /// <summary>Whether the Functions host started this process.</summary>
    public static bool Started(string[] args) =>
        Environment.GetEnvironmentVariable("FUNCTIONS_WORKER_RUNTIME") is { Length: > 0 }
        || args.Any(argument => _hostArguments.Any(known => IsNamed(argument, known)));

    private static bool IsNamed(string argument, string name) =>
        argument == name || argument.StartsWith($"{name}=", StringComparison.Ordinal);
}
