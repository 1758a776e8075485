using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
// As Sessions does: else each request sends four lines of log to the host.
builder.Logging.SetMinimumLevel(LogLevel.Warning);
using var host = builder.Build();
await host.RunAsync();
