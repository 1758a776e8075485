using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>How a registration ends: its document goes, and whoever asked for it is told. Calls go on.</summary>
public sealed class RegistrationEnd(RegistrationDocuments registrations) : IDueHandler
{
    private const string Deleted = "NETWORK_TERMINATED";
    private const string Expired = "REGISTRATION_EXPIRED";

    /// <inheritdoc/>
    public string Kind => registrations.Kind.Name;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var registration = registrations.Kind.Open(document, now)!;
        IReadOnlyList<Write> writes = registration.Document.Lifetime.Open ? [] : ByTime(registration);
        return ValueTask.FromResult(writes);
    }

    /// <summary>The writes that end one whose time has come.</summary>
    internal static Write[] ByTime(Stored<Registration> registration) =>
        Writes(registration, News(registration, Expired, "The registration was not refreshed in time."));

    /// <summary>What to tell of one that its owner deletes.</summary>
    internal static OutboxEvent ByOwner(Stored<Registration> registration, DateTimeOffset now) => News(
        registration with { Document = registration.Document with { Lifetime = registration.Document.Lifetime with
        {
            UpdatedAt = OutboxEvent.After(registration.Document.Lifetime.UpdatedAt, now),
        } } },
        Deleted,
        "The registration was deleted.");

    /// <summary>The writes that end it.</summary>
    internal static Write[] Writes(Stored<Registration> registration, OutboxEvent told) =>
        [new Write.Delete(registration.Document.Id, registration.Document.ETag), told.Write()];

    private static OutboxEvent News(Stored<Registration> registration, string reason, string description)
    {
        var document = registration.Document;
        return new News
        {
            Type = EventTypes.RegistrationEnds,
            Source = $"/webrtc-registration/v0.3/sessions/{document.Id}",
            Subject = document.Id,
            Parties = [registration.Body.PhoneNumber],
            DeviceId = registration.Body.DeviceId,
            Data = new()
            {
                RegistrationId = document.Id,
                TerminationReason = reason,
                TerminationDescription = description,
            },
        }.ToEvent(document, document.Lifetime.UpdatedAt);
    }
}
