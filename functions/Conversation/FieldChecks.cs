using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>Collects what is wrong with a request's fields, so that all of it is told at once.</summary>
internal sealed class FieldChecks
{
    private readonly List<FieldViolation> _found = [];

    /// <summary>Reads a field; when it is wrong, that is noted, and something else is read on with.</summary>
    public T Read<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (RefusedException refused) when (refused.Refusal is ConversationRefusal { Violations: [_, ..] wrong })
        {
            _found.AddRange(wrong);
            return otherwise;
        }
    }

    /// <summary>Does the same of what gives nothing.</summary>
    public void Check(Action check) => Read(
        () =>
        {
            check();
            return true;
        },
        false);

    /// <summary>Notes that a field is wrong, unless something else is wrong with it.</summary>
    public void Require(bool holds, string field, string rule, string reason = FieldReasons.Unsuitable)
    {
        if (!holds && !_found.Exists(one => one.Field == field))
        {
            _found.Add(new(field, $"{field} {rule}", reason));
        }
    }

    /// <summary>Refuses the request when anything is wrong.</summary>
    /// <exception cref="RefusedException">Something is.</exception>
    public void End()
    {
        if (_found is not [])
        {
            throw ConversationErrors.Invalid(_found);
        }
    }
}
