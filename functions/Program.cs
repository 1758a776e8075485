using Microsoft.AspNetCore.Connections;
using Sessions.Configuration;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Hosting.Worker;

try
{
    if (ImportCommand.IsAskedFor(args))
    {
        return await ImportCommand.Run(args);
    }

    await (FunctionsHost.Started(args) ? WorkerHost.Run(args) : SelfHost.Run(args));
    return 0;
}
catch (Exception failure) when (StartFailure.Explains(failure))
{
    return StartFailure.Report(failure);
}
catch (IOException failure) when (failure.InnerException is AddressInUseException)
{
    return StartFailure.Report(new SettingsException($"{failure.Message} Move it with --urls http://localhost:7072."));
}
