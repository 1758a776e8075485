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
