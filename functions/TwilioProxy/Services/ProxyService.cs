using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What is stored of a Service beside its lifetime.</summary>
public sealed record ProxyService
{
    /// <summary>Its own name, unique in the account.</summary>
    public required string UniqueName { get; init; }

    /// <summary>Seconds that a session without an own Ttl lives; 0 for ever.</summary>
    public int DefaultTtl { get; init; }

    /// <summary>Who is told of every interaction, or null.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>How near a proxy number must be: area-code, extended-area-code, overlay, radius or country.</summary>
    public string GeoMatchLevel { get; init; } = "country";

    /// <summary>prefer-sticky or avoid-sticky.</summary>
    public string NumberSelectionBehavior { get; init; } = "prefer-sticky";

    /// <summary>Whether a participant should get another number than in its last session.</summary>
    [JsonIgnore]
    public bool AvoidsSticky => NumberSelectionBehavior == "avoid-sticky";

    /// <summary>Who may block an interaction, or null.</summary>
    public string? InterceptCallbackUrl { get; init; }

    /// <summary>Who answers what belongs to no session, or null.</summary>
    public string? OutOfSessionCallbackUrl { get; init; }

    /// <summary>The chat instance for channel identifiers, or null.</summary>
    public string? ChatInstanceSid { get; init; }
}

/// <summary>How Services are stored: an account's in one partition, what is under each in one of its own.</summary>
public sealed class ProxyServiceKind(DeletedServiceKind deleted)
    : Kind<ProxyService>("twilio-proxy/service", ProxyStorageJson.Default.ProxyService)
{
    /// <summary>The partition of an account's Services.</summary>
    internal static string PartitionOf(Account account) => PartitionUnder(account.Id, "services");

    /// <summary>The partition of everything under one Service.</summary>
    internal static string PartitionUnder(string accountId, string serviceSid) =>
        $"{accountId}:twilio-proxy:{serviceSid}";

    /// <summary>The key that makes a unique name unique.</summary>
    internal static string KeyOf(string uniqueName) => $"name:{uniqueName}";

    /// <inheritdoc/>
    protected override string? KeyOf(State<ProxyService> state) => KeyOf(state.Body.UniqueName);

    /// <inheritdoc/>
    protected internal override IEnumerable<Write> Leaves(
        State<ProxyService> before, State<ProxyService>? after, DateTimeOffset now) =>
        after is null ? [new Write.Put(deleted.Of(before, now).Seal(now))] : [];
}
