app_name = "my_services"
urlpatterns = []
