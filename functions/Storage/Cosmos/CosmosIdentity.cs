using Azure.Core;
using Azure.Identity;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// Who the app is when it has no key. A class of its own, so that a start with a key or on SQLite loads none of it.
/// </summary>
internal static class CosmosIdentity
{
    /// <summary>
    /// The managed identity in Azure, which <c>AZURE_CLIENT_ID</c> and <c>AZURE_TOKEN_CREDENTIALS</c> name; the
    /// developer's own sign-in elsewhere.
    /// </summary>
    public static TokenCredential Credential() => new DefaultAzureCredential();
}
