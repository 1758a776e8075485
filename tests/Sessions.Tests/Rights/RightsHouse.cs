using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sessions.Outbox;
using Sessions.Tests.Isolation;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Rights;

/// <summary>A service with a token and an API key for every set of scopes that the matrix asks for.</summary>
public sealed partial class RightsHouse : IAsyncLifetime
{
    private readonly Dictionary<string, string> _scopes = [];
    private SessionsApp _app = null!;

    /// <summary>The scopes of whoever has none.</summary>
    public IEnumerable<string> Nothing { get; } = [];

    /// <summary>The scope that a function asks for; null when it asks for none.</summary>
    public string? ScopeOf(string function) => _scopes.GetValueOrDefault(function);

    /// <summary>This scope alone.</summary>
    public IEnumerable<string> Only(string scope) => [scope];

    /// <summary>All scopes that there are but this one.</summary>
    public IEnumerable<string> AllBut(string scope) =>
        _scopes.Values.Distinct().Except([scope]).Order(StringComparer.Ordinal);

    /// <summary>Asks every function what it lacks, and then starts again with credentials for all of that.</summary>
    public async Task InitializeAsync()
    {
        await using (_app = await Start([Nothing]))
        {
            foreach (var function in HttpFunction.All)
            {
                var (reply, _) = await Send(function.Name, Nothing);
                if (Named().Match(reply.Text) is { Success: true } named)
                {
                    _scopes[function.Name] = named.Groups[1].Value;
                }
            }
        }

        var each = _scopes.Values.Distinct().ToList();
        _app = await Start([Nothing, .. each.Select(Only), .. each.Select(AllBut)]);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Sends a good request as one of the account who has these scopes, and no other role than host.</summary>
    internal async Task<(ProbeReply Reply, int Commits)> Send(string name, IEnumerable<string> scopes)
    {
        var function = HttpFunction.Named(name);
        var surface = SurfaceSamples.Of(function);
        var isBasic = surface.Authorization(Tenant.Acme).StartsWith("Basic ", StringComparison.Ordinal);
        var probe = new Probe(_app.Anonymous, function)
        {
            Authorization = isBasic
                ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{NameOf(scopes)}:secret"))
                : $"Bearer {NameOf(scopes)}",
        };
        var things = await probe.ThingsOf(Tenant.Acme);
        var commits = _app.Store.Commits;
        var reply = await probe.Send(Tenant.Acme, things);
        return (reply, _app.Store.Commits - commits);
    }

    private static string NameOf(IEnumerable<string> scopes) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Join(' ', scopes))))[..32];

    private static Task<SessionsApp> Start(IReadOnlyList<IEnumerable<string>> sets) => SessionsApp.Start(builder =>
    {
        builder.Services.AddSingleton(new OutboxSettings { Parallelism = 0, WaitingPerHost = 0 });
        foreach (var (number, scopes) in sets.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{number + 100}");
            Add(builder, $"Accounts:0:Tokens:{at}", "Token", NameOf(scopes), scopes);
            builder.Configuration[$"Accounts:0:Tokens:{at}:Subject"] = "alice";
            builder.Configuration[$"Accounts:0:Tokens:{at}:Role"] = "host";
            builder.Configuration[$"Accounts:0:Tokens:{at}:PhoneNumbers:0"] = "+17085852753";
            Add(builder, $"Accounts:0:ApiKeys:{at}", "Sid", NameOf(scopes), scopes);
            builder.Configuration[$"Accounts:0:ApiKeys:{at}:Secret"] = "secret";
        }
    });

    private static void Add(
        IHostApplicationBuilder builder, string key, string name, string value, IEnumerable<string> scopes)
    {
        builder.Configuration[$"{key}:{name}"] = value;
        foreach (var (at, scope) in scopes.Index())
        {
            builder.Configuration[string.Create(CultureInfo.InvariantCulture, $"{key}:Scopes:{at}")] = scope;
        }
    }

    [GeneratedRegex("the scope ([A-Za-z0-9:._-]*[A-Za-z0-9])")]
    private static partial Regex Named();
}
