using System.Collections;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Sharing;

/// <summary>No evaluations, in the place of those of a run: tells whether somebody looked for one.</summary>
internal sealed class ResultWitness : IReadOnlyList<Evaluation>
{
    public bool WasRead { get; private set; }

    public int Count => Read().Count;

    public Evaluation this[int index] => Read()[index];

    public IEnumerator<Evaluation> GetEnumerator() => Read().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IReadOnlyList<Evaluation> Read()
    {
        WasRead = true;
        return [];
    }
}
