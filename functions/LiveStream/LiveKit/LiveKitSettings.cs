using System.Text;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.LiveStream;

/// <summary>The LiveKit server, and the key that signs for it.</summary>
/// <param name="Server">Where its HTTP API is; null when there is no server and ingress is simulated.</param>
/// <param name="ApiKey">The key's name.</param>
/// <param name="ApiSecret">The key's secret in UTF-8.</param>
/// <param name="IsDevelopmentKey">Whether the key is the one that everybody knows.</param>
public sealed record LiveKitSettings(Uri? Server, string ApiKey, ReadOnlyMemory<byte> ApiSecret, bool IsDevelopmentKey)
{
    /// <summary>Reads <c>LiveKit__Url</c>, <c>__ApiKey</c> and <c>__ApiSecret</c>.</summary>
    /// <exception cref="SettingsException">The address is none, or the key is not whole.</exception>
    public static LiveKitSettings From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("LiveKit"));
        var server = ServerOf(section);
        if (server is null && section.Text("ApiKey") is null && section.Text("ApiSecret") is null)
        {
            // What `livekit-server --dev` starts with.
            return new(null, "devkey", "secret"u8.ToArray(), IsDevelopmentKey: true);
        }

        var key = section.Required("ApiKey", "be the key of the LiveKit server");
        var secret = section.Required("ApiSecret", "be the secret of LiveKit__ApiKey");
        return new(server, key, Encoding.UTF8.GetBytes(secret), IsDevelopmentKey: false);
    }

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
            : throw SettingsException.For(
                section.NameOf("Url"), text, "be an address such as wss://livekit.example.com");
    }
}
