using Microsoft.AspNetCore.Components;

namespace MiniLambda.Orchestrator.Web.Parts;

/// <summary>A page that is rendered once, when all that it shows is there. As the framework has it, a page is rendered before that too.</summary>
public abstract class LoadedPage : ComponentBase
{
    /// <inheritdoc/>
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync();
        StateHasChanged();
    }

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync();
}
