namespace Sessions.Conversation;

/// <summary>A proposal whose caller waits.</summary>
internal sealed class Pending(Proposal proposal)
{
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Proposal Proposal => proposal;

    public Task<Outcome> Outcome => _outcome.Task;

    public void Complete(Outcome outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception reason) => _outcome.TrySetException(reason);
}
