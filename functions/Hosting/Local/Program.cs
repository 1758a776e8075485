using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Sessions.Configuration;
using Sessions.Hosting;
using Sessions.Hosting.Local;

if (WrongHost.Started(args))
{
    return StartFailure.Report(new SettingsException(WrongHost.Message));
}

try
{
    await using var app = LocalHost.Build(args);
    await app.StartAsync();
    Console.WriteLine(Banner.Of(app));
    await app.WaitForShutdownAsync();
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
