namespace MultiagentFT.Server.Models;

/// <summary>A model that stays loaded until this is disposed, once.</summary>
internal sealed class ModelLease(NamedModel model, Action release) : IDisposable
{
    public NamedModel Model { get; } = model;

    public void Dispose() => release();
}
