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
    /// Nothing is passed on again once the carrier has told of it, and until then only a retry of the carrier's own,
    /// which bears the mark of the first attempt. Of a carrier that marks nothing a message is taken for a retry:
    /// better twice than never. A call is not: who called hears that it failed and calls again, and nobody is called
    /// for nothing.
    /// </summary>
    /// <param name="before">What was recorded the first time, as it is now.</param>
    /// <param name="again">What would be recorded now, if it were the first time.</param>
    public static bool MayPassOn(Interaction before, Interaction again) =>
        before.Outbound == again.Outbound
        && before.RetryKey == again.RetryKey
        && (again.Type == InteractionType.Message || again.RetryKey is not null);
}
