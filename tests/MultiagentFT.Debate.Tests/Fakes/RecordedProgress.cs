using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Tests.Fakes;

internal sealed class RecordedProgress : IProgress<DebateProgress>
{
    public List<DebateProgress> Reports { get; } = [];

    public void Report(DebateProgress value) => Reports.Add(value);
}
