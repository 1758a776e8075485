using System.Text.Json;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>The parameters of a MessageInteraction's create.</summary>
/// <param name="Body">The text; empty when there is media only.</param>
/// <param name="Media">Addresses of media.</param>
internal sealed record NewMessage(string Body, IReadOnlyList<string> Media)
{
    private const int MaxBody = 1600;
    private const int MaxMedia = 10;

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="Http.RefusedException">20001: nothing to send, or too much.</exception>
    public static NewMessage Read(Form form)
    {
        var body = new ProxyParameters(form).Text("Body", MaxBody) ?? "";
        var media = form.All("MediaUrl");
        return (body, media) switch
        {
            ("", []) => throw ProxyErrors.Invalid("Missing required parameter: send Body or MediaUrl."),
            (_, { Count: > MaxMedia }) => throw ProxyErrors.Invalid($"Invalid MediaUrl: send at most {MaxMedia}."),
            _ when !media.All(IsAddress) =>
                throw ProxyErrors.Invalid("Invalid MediaUrl: send absolute http or https URLs."),
            _ => new(body, media),
        };
    }

    /// <summary>What is kept of a message.</summary>
    public static string DataOf(string body, IReadOnlyList<string> media) => JsonSerializer.Serialize(
        new(body, media is [] ? null : media), ProxyStorageJson.Relaxed.MessageData);

    private static bool IsAddress(string text) =>
        text.Length <= 2048 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}

/// <summary>The data of a message's Interaction.</summary>
/// <param name="Body">The text.</param>
/// <param name="MediaUrls">Addresses of media, or null for none.</param>
internal sealed record MessageData(string Body, IReadOnlyList<string>? MediaUrls);
