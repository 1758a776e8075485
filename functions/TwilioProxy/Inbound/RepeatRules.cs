namespace Sessions.TwilioProxy;

/// <summary>
/// Whether a contact that is brought a second time is passed on a second time. A carrier asks again when it got no
/// answer, and carries out the answer of one attempt alone, so it must get the same one, or the contact is lost. But
/// whoever asks again for another reason, such as an application that sends a live call here twice, would have somebody
/// called twice, or a text sent twice.
/// </summary>
internal static class RepeatRules
{
    /// <summary>
    /// Nothing is passed on again once the carrier has told of it. Until then a message is: better twice than never. A
    /// call is passed on again for the carrier's own retry alone, which it marks: who called hears that it failed and
    /// calls again, and whoever is called must not be called for nothing.
    /// </summary>
    /// <param name="before">What was recorded the first time, as it is now.</param>
    /// <param name="again">What would be recorded now, if it were the first time.</param>
    public static bool MayPassOn(Interaction before, Interaction again) =>
        before.Outbound == again.Outbound
        && (again.Type == InteractionType.Message || (again.RetryKey is { } key && key == before.RetryKey));
}
