using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Tests.Fakes;

/// <summary>The fake model's memory with an adapter for each slot.</summary>
internal sealed class FakeMixedContext(FakeRuntime runtime, ContextOptions options) : FakeContext(runtime, options), IMixedModelContext
{
    public bool PrefersDenseSlots { get; } = runtime.PrefersDenseSlots;

    public void SetAdapter(int slot, IRuntimeAdapter? adapter) => SetAdapterOf(slot, adapter);
}
