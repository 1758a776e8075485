using static Sessions.CamaraWebRtc.SessionStatus;

namespace Sessions.CamaraWebRtc;

/// <summary>Who may offer media, and who may answer.</summary>
internal static class MediaRules
{
    /// <summary>The call with the media of a change. What is there already is no news, whoever shows it.</summary>
    /// <param name="body">The call before it.</param>
    /// <param name="change">The change.</param>
    /// <param name="isAnswered">Whether the call was connected before it.</param>
    /// <param name="by">The side that asks.</param>
    /// <exception cref="Http.RefusedException">INCOMPATIBLE_STATE.</exception>
    public static MediaSession Renew(MediaSession body, StatusChange change, bool isAnswered, Sides by)
    {
        var offer = change.Offer == body.Offer ? null : change.Offer;
        var answer = change.Answer == body.Answer ? null : change.Answer;
        if (offer is not null && !isAnswered && !by.HasFlag(Sides.Originator))
        {
            throw CamaraErrors.NotYours("another offer", "originator");
        }

        if (answer is not null)
        {
            CheckAnswer(body, change.Status, isAnswered, by);
        }

        return body with
        {
            Offer = offer ?? body.Offer,
            Answer = answer ?? body.Answer,
            Offering = offer is not null && isAnswered ? by : answer is not null ? Sides.None : body.Offering,
        };
    }

    // Until the call is connected the receiver answers; after it, who has been offered something new. Whoever holds or
    // resumes sends his media as an answer, as the standard's examples have it.
    private static void CheckAnswer(MediaSession body, string? status, bool isAnswered, Sides by)
    {
        if (!isAnswered)
        {
            if (!by.HasFlag(Sides.Receiver))
            {
                throw CamaraErrors.NotYours("an answer", "receiver");
            }
        }
        else if (status is not (Hold or Resume) && !MayAnswer(body.Offering, by))
        {
            throw by.HasFlag(Sides.Receiver)
                ? CamaraErrors.AnsweredElsewhere()
                : CamaraErrors.NotYours("another answer, while nothing new is offered,", "receiver");
        }
    }

    private static bool MayAnswer(Sides offering, Sides by) =>
        offering is not Sides.None && (by is Sides.Both || (by & ~offering) != 0);
}
