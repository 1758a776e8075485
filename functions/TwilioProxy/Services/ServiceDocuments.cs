using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>How Services lie in the store: an account's in one partition, what is under each in its own.</summary>
internal static class ServiceDocuments
{
    public static readonly DocumentKind<ProxyService> Kind =
        new("twilio-proxy/service", ProxyStorageJson.Default.ProxyService);

    /// <summary>The partition of an account's Services.</summary>
    public static string PartitionOf(Account account) => $"{account.Id}:twilio-proxy:services";

    /// <summary>The partition of everything under one Service.</summary>
    public static string PartitionUnder(Account account, string serviceSid) =>
        $"{account.Id}:twilio-proxy:{serviceSid}";

    public static string KeyOf(string uniqueName) => $"name:{uniqueName}";
}
