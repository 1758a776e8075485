using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.StandIn.Items;
using Sessions.StandIn.Wire;

namespace Sessions.StandIn;

/// <summary>An account of Azure Cosmos DB that lives in memory and listens on 127.0.0.1.</summary>
public sealed class CosmosAccount : IAsyncDisposable
{
    private static readonly TimeSpan _faultDelay = TimeSpan.FromMilliseconds(5);

    private readonly WebApplication _server;
    private readonly CosmosAccountOptions _options;
    private readonly Account _account;
    private readonly Faults _faults;

    private CosmosAccount(CosmosAccountOptions options, WebApplication server)
    {
        (_options, _server) = (options, server);
        (_account, _faults) = (new(options), Faults.Parse(options.Faults));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_server.Services.GetRequiredService<IServer>()
        .Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First() + "/");

    /// <summary>Starts one.</summary>
    public static async Task<CosmosAccount> Start(CosmosAccountOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var account = new CosmosAccount(options, builder.Build());
        account._server.Run(account.Serve);
        await account._server.StartAsync();
        return account;
    }

    /// <summary>What tests may turn and read of a container.</summary>
    public ContainerControl Container(string database, string container) =>
        new(_account.Database(database).Container(container));

    /// <summary>Runs until somebody stops it.</summary>
    public Task WaitForShutdown(CancellationToken cancellation) => _server.WaitForShutdownAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task Serve(HttpContext context)
    {
        var request = await WireRequest.Read(context.Request);
        var faults = !request.IsAboutItems ? null
            : request.Header("x-standin-faults") is { } asked ? Faults.Parse(asked)
            : _faults;
        var answer = faults?.DrawBefore() is { } before ? Fault(before) : Route(request);
        answer = answer.Status > 0 && faults?.DrawAfter() is { } after ? Fault(after) : answer;
        if (answer.Status is 0)
        {
            context.Abort();
            return;
        }

        await answer.Send(context.Response);
    }

    private static Answer Fault(int status) => status switch
    {
        0 => new(0),
        429 => Answer.Of(new ServiceException(status, "Injected fault", 3200) { RetryAfter = _faultDelay }),
        _ => Answer.Of(new ServiceException(status, "Injected fault")),
    };

    private Answer Route(WireRequest request)
    {
        try
        {
            return request.IsAboutItems
                ? new ItemRequests(Container(request), _options.Consistency).Run(request)
                : Administer(request);
        }
        catch (ServiceException failure)
        {
            return Answer.Of(failure);
        }
        catch (JsonException failure)
        {
            return Answer.Of(new ServiceException(400, failure.Message));
        }
    }

    private Answer Administer(WireRequest request) => (request.Method, request.Path) switch
    {
        ("GET", []) => Answer.Of(_account.Describe($"http://{request.Host}/")),
        ("POST", ["dbs"]) => Answer.Of(_account.Create((string)Body(request)["id"]!).Resource, 201),
        ("GET", ["dbs", var id]) => Answer.Of(_account.Database(id).Resource),
        ("POST", ["dbs", var id, "colls"]) => Answer.Of(
            _account.Database(id).Create(Body(request), request.Number("x-ms-offer-throughput") ?? 0).Resource, 201),
        ("GET", ["dbs", _, "colls", _]) => Answer.Of(Container(request).Resource),
        ("GET", ["dbs", _, "colls", _, "pkranges"]) => Ranges(Container(request), request),
        ("DELETE", ["dbs", var id, "colls", var container]) => Delete(id, container),
        _ => throw new ServiceException(400, $"The stand-in has no {request.Method} {string.Join('/', request.Path)}."),
    };

    private Answer Delete(string database, string container)
    {
        _account.Database(database).Delete(container);
        return new(204);
    }

    private Container Container(WireRequest request) => _account.Database(request.Path[1]).Container(request.Path[3]);

    // The client reads the ranges as a feed, until nothing is new.
    private static Answer Ranges(Container container, WireRequest request)
    {
        var etag = $"\"{container.Ranges.Count}\"";
        if (request.Header("if-none-match") == etag)
        {
            return new Answer(304).With("etag", etag);
        }

        var ranges = container.Ranges.Select(range => new JsonObject
        {
            ["id"] = range.Id,
            ["_rid"] = $"range{range.Id}",
            ["minInclusive"] = range.Min,
            ["maxExclusive"] = range.Max,
            ["status"] = "online",
            ["parents"] = new JsonArray(),
        }).ToArray<JsonNode>();
        return Answer.Of(new JsonObject
        {
            ["_rid"] = container.Rid,
            ["PartitionKeyRanges"] = new JsonArray(ranges),
            ["_count"] = ranges.Length,
        }).With("etag", etag);
    }

    private static JsonObject Body(WireRequest request) => JsonSerializer.Deserialize<JsonObject>(request.Body)!;
}
