namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>Counts what fakes are asked to do and stops the run at one of those points.</summary>
internal sealed class Interruption(int? at = null)
{
    private int _events;

    public int Events => _events;

    public void Pass()
    {
        if (Interlocked.Increment(ref _events) - 1 == at) throw new OperationCanceledException($"interrupted at {at}");
    }
}
