using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>That a Session had a name which others may have again.</summary>
/// <param name="SessionSid">The Session.</param>
public sealed record PastName(string SessionSid);

/// <summary>
/// Remembers which closed Sessions had a name, for as long as they are kept: a fetch by that name finds the newest of
/// them when no open Session has it.
/// </summary>
public sealed class PastNameKind() : Kind<PastName>(KindName, ProxyStorageJson.Default.PastName)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/past-name";

    /// <summary>What is remembered of a closed Session.</summary>
    internal State<PastName> Of(State<ProxySession> session, string name) =>
        New(session, $"past-name:{session.Id}", new(session.Id), session.CreatedAt) with
        {
            Index = ClaimKind.HashOf(name),
            PurgeAt = session.PurgeAt,
        };

    /// <summary>The newest Session of a name.</summary>
    internal ListQuery NewestOf(string partition, string name) =>
        new(partition, Name, 1) { Index = ClaimKind.HashOf(name) };
}

/// <summary>Finds Sessions by their unique names.</summary>
public sealed class SessionNames(
    Reader reader, Settler settler, ProxySettings settings, ProxySessionKind sessions, PastNameKind pastNames)
{
    /// <summary>The Session that holds the name, else the newest that closed and gave it back; null for none.</summary>
    internal async ValueTask<State<ProxySession>?> Find(
        string partition, string name, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = ProxySessionKind.KeyOf(name);
        if (await reader.FindByKey(sessions, partition, key, now, cancellation) is { } holder)
        {
            return holder;
        }

        return settings.FreesNamesOnClose
            && await reader.List(pastNames, pastNames.NewestOf(partition, name), now, cancellation) is [var past]
                ? await reader.Find(sessions, partition, past.Body.SessionSid, now, cancellation)
                : null;
    }

    /// <summary>
    /// Frees a name whose Session has run out and gives it back, as the timer would by now; see what becomes of it by
    /// asking again.
    /// </summary>
    /// <param name="refused">The write of a Session that could not have its name.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Http.RefusedException">80603: another Session has the name.</exception>
    internal async ValueTask Free(Write refused, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!settings.FreesNamesOnClose || refused is not (Write.Create or Write.Replace))
        {
            throw ProxyErrors.SessionNameTaken();
        }

        var document = refused is Write.Create(var made) ? made : ((Write.Replace)refused).Document;
        var holder = await reader.FindByKey(sessions, document.Partition, document.Key!, now, cancellation);
        if (holder is not { Lifetime.Open: false, Before.Lifetime.Open: true })
        {
            throw ProxyErrors.SessionNameTaken();
        }

        await settler.Settle(sessions, document.Partition, holder.Id, now, cancellation);
    }
}
