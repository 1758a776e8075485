using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

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
