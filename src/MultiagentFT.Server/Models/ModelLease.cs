namespace MultiagentFT.Server.Models;

/// <summary>A model that stays loaded until this is disposed, once.</summary>
internal sealed class ModelLease(ServedModel model, Action release) : IDisposable
{
    public ServedModel Model { get; } = model;

    public void Dispose() => release();
}
