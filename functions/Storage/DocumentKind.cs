using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sessions.Storage;

/// <summary>One kind of document with its body: what turns stored bytes into a surface's record and back.</summary>
/// <param name="name">The kind, such as <c>twilio-proxy/service</c>.</param>
/// <param name="json">How the body is written.</param>
public sealed class DocumentKind<TBody>(string name, JsonTypeInfo<TBody> json)
{
    /// <summary>The kind, as documents carry it.</summary>
    public string Name => name;

    /// <summary>The document with its body read. Null for null, and for a document of another kind.</summary>
    public Stored<TBody>? Open(Document? document) =>
        document is null || document.Kind != name
            ? null
            : new(document, JsonSerializer.Deserialize(document.Body.Span, json)!, document.ETag);

    /// <summary>The body in its stored form.</summary>
    public ReadOnlyMemory<byte> Seal(TBody body) => JsonSerializer.SerializeToUtf8Bytes(body, json);
}

/// <summary>A document and its body.</summary>
/// <param name="Document">The document as it counts now.</param>
/// <param name="Body">The surface's part of it.</param>
/// <param name="Version">What readers know this state by: differs whenever what they see differs.</param>
public sealed record Stored<TBody>(Document Document, TBody Body, string Version);
