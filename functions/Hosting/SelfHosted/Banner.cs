using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage.Sqlite;

namespace Sessions.Hosting.SelfHosted;

/// <summary>What the program says of itself when it serves itself and has started.</summary>
internal static class Banner
{
    // With the key it may be pasted again: a repeat is answered as the first was.
    private const string First = $"curl -s -u {DevelopmentAccount.Sid}:{DevelopmentAccount.Secret} "
        + "-H Idempotency-Key:first -d UniqueName=first";

    /// <summary>The text, with the addresses that are really bound.</summary>
    public static string Of(WebApplication app)
    {
        var url = app.Urls.FirstOrDefault() is { } bound ? Reachable(bound) : "(none)";
        return $"""
            Sessions, on its own server: for development, tests and a single machine.
            Behind an Azure Functions host the same program is that host's worker.

              Address  {url}
              Console  {url}/console
              Docs     {url}/docs
              Store    {Store(app)}
              Settings {app.Services.GetRequiredService<SettingsFile>().Path ?? "no local.settings.json"}
            {(DevelopmentAccount.IsIn(app.Configuration) ? Account(url) : "")}
            Ctrl+C stops it.
            """;
    }

    /// <summary>An address that a client can use: one that stands for every interface is none.</summary>
    public static string Reachable(string bound)
    {
        var address = BindingAddress.Parse(bound);
        var host = address.Host is "[::]" or "0.0.0.0" or "*" or "+" ? "localhost" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}";
    }

    private static string Store(WebApplication app) =>
        string.IsNullOrEmpty(app.Configuration["Cosmos:Endpoint"] + app.Configuration["Cosmos:ConnectionString"])
            ? Path.GetFullPath(app.Configuration["Sqlite:Path"]!)
                + (app.Services.GetService<SqliteUsers>() is { HasOthers: true } ? ", shared with another process" : "")
            : "Azure Cosmos DB";

    private static string Account(string url) => $"""
          Account  {DevelopmentAccount.Sid}, secret {DevelopmentAccount.Secret}, tokens {DevelopmentAccount.Token}
                   and {DevelopmentAccount.SecondToken}
                   Everyone knows these. Set Accounts__0__Id and the rest before others can reach this address.

        Try it:
          {First} {url}/v1/Services

        """;
}
