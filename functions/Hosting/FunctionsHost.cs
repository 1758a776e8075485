using Microsoft.Extensions.Configuration;

namespace Sessions.Hosting;

/// <summary>The Azure Functions host, which may have started this process as its worker.</summary>
public static class FunctionsHost
{
    // https://github.com/Azure/azure-functions-host, RpcWorkerProcess; the second pair is what older hosts say.
    private static readonly string[] _arguments = ["--functions-uri", "--functions-worker-id", "--host", "--workerId"];

    /// <summary>
    /// Whether it did. It says where it listens in the arguments, but for its native part, which loads the program into
    /// a process that it kept ready; that part leaves its mark in the process. Its settings tell nothing: they are in
    /// the environment of everything that runs beside it.
    /// </summary>
    public static bool Started(string[] args) =>
        AppContext.GetData("AZURE_FUNCTIONS_NATIVE_HOST") is not null || args.Any(IsOfTheHost);

    /// <summary>Whether this is an app of Azure's App Service, of which Functions is a part.</summary>
    public static bool IsOnAzure(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration["WEBSITE_SITE_NAME"]);

    private static bool IsOfTheHost(string argument) => _arguments.Any(known =>
        argument == known || argument.StartsWith($"{known}=", StringComparison.Ordinal));
}
