using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Sessions.Configuration;
using Sessions.Hosting;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();

    if (!builder.Configuration.GetSection("Accounts").Exists())
    {
        throw SettingsException.Missing("Accounts:0:Id", "name your first account; the README lists the rest");
    }

    builder.Services.AddSessions(builder.Configuration);

    await builder.Build().RunAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Explains(failure))
{
    return StartFailure.Report(failure);
}
