using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Scheduling;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Engines;

public class LaneAssignmentTests
{
    private static readonly FakeAdapter A = new("a");
    private static readonly FakeAdapter B = new("b");

    [Fact]
    public void Adapters_stay_together()
    {
        var lanes = LaneAssignment.Assign(Ask(A, B, null, A, B, A), [0, 0]);
        Assert.Equal([A, A, A], lanes[0].Select(s => s.Adapter));
        Assert.Equal([B, B, null], lanes[1].Select(s => s.Adapter));
    }

    [Fact]
    public void A_lone_adapter_is_divided()
    {
        var lanes = LaneAssignment.Assign(Ask(A, A, A, A, A), [0, 0, 0]);
        Assert.Equal([1, 2, 2], lanes.Select(lane => lane.Count));
    }

    [Fact]
    public void Busy_lanes_get_less()
    {
        var lanes = LaneAssignment.Assign(Ask(A), [3, 0]);
        Assert.Equal([0, 1], lanes.Select(lane => lane.Count));
    }

    private static List<Sequence> Ask(params FakeAdapter?[] adapters) => [.. adapters.Select(adapter => new Sequence(adapter, [1], 1))];
}
