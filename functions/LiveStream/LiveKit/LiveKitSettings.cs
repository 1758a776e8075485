using System.Text;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.LiveStream;

/// <summary>The LiveKit server, and the key that signs for it.</summary>
/// <param name="Server">Where its HTTP API is; null when there is no server and ingress is simulated.</param>
/// <param name="ApiKey">The key's name.</param>
/// <param name="ApiSecret">The key's secret in UTF-8.</param>
/// <param name="IsDevelopmentKey">Whether the key is there because none was named.</param>
public sealed record LiveKitSettings(Uri? Server, string ApiKey, ReadOnlyMemory<byte> ApiSecret, bool IsDevelopmentKey)
{
    // What `livekit-server --dev` starts with.
    private const string DevelopmentKey = "devkey";
    private const string DevelopmentSecret = "secret";

    private const string Example = "wss://livekit.example.com";
    private const string OrSimulated = "or set LiveKit__Simulated to true, and no live stream is real";

    /// <summary>Reads <c>LiveKit__Url</c>, <c>__ApiKey</c> and <c>__ApiSecret</c>.</summary>
    /// <exception cref="SettingsException">The address is none, or the key is not whole.</exception>
    public static LiveKitSettings From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("LiveKit"));
        var server = ServerOf(section);
        if (server is null && section.Text("ApiKey") is null && section.Text("ApiSecret") is null)
        {
            return new(null, DevelopmentKey, Encoding.UTF8.GetBytes(DevelopmentSecret), IsDevelopmentKey: true);
        }

        var key = section.Required("ApiKey", "be the key of the LiveKit server");
        var secret = section.Required("ApiSecret", "be the secret of LiveKit__ApiKey");
        return new(server, key, Encoding.UTF8.GetBytes(secret), IsDevelopmentKey: false);
    }

    /// <summary>
    /// Refuses, for a service that others reach, to pretend that there is a server, and a key that everybody can sign
    /// with: unless <c>LiveKit__Simulated</c> says aloud that no live stream is meant to be real.
    /// </summary>
    /// <exception cref="SettingsException">Nothing says so.</exception>
    public static void CheckReal(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("LiveKit"));
        if (section.OneOf("Simulated", "false", "true") is "true")
        {
            return;
        }

        var settings = From(configuration);
        if (settings.Server is null)
        {
            throw SettingsException.Missing(
                section.NameOf("Url"), $"be your LiveKit server's address, such as {Example}; {OrSimulated}");
        }

        if (settings.ApiKey is DevelopmentKey || section.Text("ApiSecret") is DevelopmentSecret)
        {
            throw SettingsException.For(
                section.NameOf("ApiKey"), null, $"be your own: everybody knows the development key; {OrSimulated}");
        }
    }

    /// <summary>Where clients of LiveKit connect to, with their tokens.</summary>
    public string SocketUrl => Server is null
        ? "wss://livekit.invalid"
        : new UriBuilder(Server) { Scheme = Server.Scheme.Replace("http", "ws", StringComparison.Ordinal) }
            .Uri.AbsoluteUri.TrimEnd('/');

    /// <inheritdoc/>
    public override string ToString() => $"{Server} {ApiKey}";

    // Clients of LiveKit know it by its web socket; its API is HTTP on the same port.
    private static Uri? ServerOf(SettingsSection section)
    {
        if (section.Text("Url") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss" or "http" or "https"
            ? new UriBuilder(uri) { Scheme = uri.Scheme.Replace("ws", "http", StringComparison.Ordinal) }.Uri
            : throw SettingsException.For(section.NameOf("Url"), text, $"be an address such as {Example}");
    }
}

/// <summary>Where HLS and recordings go, and where they are then found.</summary>
/// <param name="BaseUrl">What the names of files are put behind; ends with a slash. Null when nobody knows.</param>
/// <param name="Storage">Where the egress service puts files; null for what it is configured with itself.</param>
public sealed record EgressSettings(Uri? BaseUrl, EgressStorage? Storage)
{
    /// <summary>Reads <c>LiveKit__HlsBaseUrl</c>, <c>LiveKit__S3__…</c> and <c>LiveKit__Azure__…</c>.</summary>
    /// <exception cref="SettingsException">A storage is not whole, or nobody can find it, or there are two.</exception>
    public static EgressSettings From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("LiveKit"));
        var storage = StorageOf(
            S3Storage.From(new SettingsSection(configuration.GetSection("LiveKit:S3"))),
            AzureStorage.From(new SettingsSection(configuration.GetSection("LiveKit:Azure"))));
        var address = section.Address("HlsBaseUrl");
        if (address is null && storage is not null)
        {
            throw SettingsException.Missing(
                section.NameOf("HlsBaseUrl"),
                "be where viewers find the storage, such as https://cdn.example.com/live");
        }

        return new(address is null ? null : new Uri(address.AbsoluteUri.TrimEnd('/') + '/'), storage);
    }

    /// <summary>The address of a file; null when nobody knows it: a path on the egress server's disk is none.</summary>
    public string? UrlOf(string? file) =>
        BaseUrl is null || string.IsNullOrEmpty(file) ? null : new Uri(BaseUrl, file).AbsoluteUri;

    /// <inheritdoc/>
    public override string ToString() => $"{BaseUrl}";

    private static EgressStorage? StorageOf(S3Storage? s3, AzureStorage? azure) => (s3, azure) switch
    {
        (null, null) => null,
        (not null, not null) => throw SettingsException.For(
            "LiveKit:S3", null, "not be set beside LiveKit__Azure: files go to one of the two"),
        _ => new(s3, azure),
    };
}

/// <summary>Where the egress service puts files: one of the two. It is sent along with each request.</summary>
/// <param name="S3">A bucket of S3, or of what speaks like it.</param>
/// <param name="Azure">A container of Azure Blob Storage.</param>
public sealed record EgressStorage(S3Storage? S3, AzureStorage? Azure)
{
    /// <inheritdoc/>
    public override string ToString() => S3?.Bucket ?? Azure?.ContainerName ?? "";
}

/// <summary>LiveKit's S3Upload.</summary>
/// <param name="AccessKey">The key.</param>
/// <param name="Secret">Its secret.</param>
/// <param name="Region">Such as eu-central-1, or null.</param>
/// <param name="Endpoint">The address of what is not Amazon's, or null.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="ForcePathStyle">Whether the bucket is named in the path, or null.</param>
public sealed record S3Storage(
    string AccessKey, string Secret, string? Region, string? Endpoint, string Bucket, bool? ForcePathStyle)
{
    internal static S3Storage? From(SettingsSection section) =>
        section.Text("Bucket") is not { } bucket ? null : new(
            section.Required("AccessKey", "be the key that may write to LiveKit__S3__Bucket"),
            section.Required("Secret", "be the secret of LiveKit__S3__AccessKey"),
            section.Text("Region"),
            section.Address("Endpoint")?.AbsoluteUri,
            bucket,
            section.OneOf("ForcePathStyle", "false", "true") is "true" ? true : null);

    /// <inheritdoc/>
    public override string ToString() => Bucket;
}

/// <summary>LiveKit's AzureBlobUpload.</summary>
/// <param name="AccountName">The storage account.</param>
/// <param name="AccountKey">Its key.</param>
/// <param name="ContainerName">The container.</param>
public sealed record AzureStorage(string AccountName, string AccountKey, string ContainerName)
{
    internal static AzureStorage? From(SettingsSection section) =>
        section.Text("ContainerName") is not { } container ? null : new(
            section.Required("AccountName", "be the storage account of LiveKit__Azure__ContainerName"),
            section.Required("AccountKey", "be the key of LiveKit__Azure__AccountName"),
            container);

    /// <inheritdoc/>
    public override string ToString() => ContainerName;
}
