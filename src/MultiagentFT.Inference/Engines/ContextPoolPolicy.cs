using Microsoft.Extensions.ObjectPool;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Engines;

/// <summary>Contexts over one model's weights. One that cannot be emptied does not come back: the pool disposes it.</summary>
internal sealed class ContextPoolPolicy(IModelRuntime runtime, ContextOptions options) : PooledObjectPolicy<IModelContext>
{
    /// <exception cref="InvalidOperationException">The runtime refused.</exception>
    public override IModelContext Create() => runtime.CreateContext(options);

    public override bool Return(IModelContext obj)
    {
        try
        {
            obj.Clear();
            obj.SetAdapter(null);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
